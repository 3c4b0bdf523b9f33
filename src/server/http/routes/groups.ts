import { z } from 'zod';
import type { Groups } from '../../chat/groups.ts';
import { groupIdParam, userId, userIds } from '../fields.ts';
import { defineRoute } from '../route.ts';
import type { Route } from '../route.ts';

/** The seed's group routes. What may be done and seen is for the groups themselves to judge. */
export function groupRoutes(groups: Groups): readonly Route[] {
  return [
    createRoute(groups),
    membersRoute(groups),
    addMembersRoute(groups),
    removeMemberRoute(groups),
    memberExistsRoute(groups),
    memberCountRoute(groups),
  ];
}

const tag = 'group';
const memberParams = z.object({ groupId: z.string(), userId });

const createRoute = (groups: Groups): Route =>
  defineRoute({
    method: 'POST',
    path: '/v1/group/create',
    summary: 'Make a group of yourself and others',
    tag,
    who: 'user',
    seed: true,
    body: z.object({ groupId: z.string(), groupName: z.string(), memberIds: userIds.default([]) }),
    answer: z.object({
      groupId: z.string(),
      groupName: z.string(),
      creatorId: z.string(),
      memberIds: z.array(z.string()),
    }),
    handler: async ({ by, body }) => {
      const group = await groups.create({ ...body, creatorId: by.userId });
      return {
        groupId: group.groupId,
        groupName: group.name,
        creatorId: String(group.creatorId),
        memberIds: [...group.members.keys()].map(String),
      };
    },
  });

const membersRoute = (groups: Groups): Route =>
  defineRoute({
    method: 'GET',
    path: '/v1/group/:groupId/members',
    summary: 'The ids of the members',
    tag,
    who: 'user',
    seed: true,
    params: groupIdParam,
    answer: z.array(z.string()),
    handler: async ({ by, params }) => (await groups.members(params.groupId, by)).map(String),
  });

const addMembersRoute = (groups: Groups): Route =>
  defineRoute({
    method: 'POST',
    path: '/v1/group/members/add',
    summary: 'Add members (owner and group admins)',
    tag,
    who: 'user',
    seed: true,
    body: z.object({ groupId: z.string(), memberIds: userIds }),
    answer: z.object({ joined: z.array(z.string()) }),
    handler: async ({ by, body }) => {
      const { joined } = await groups.addMembers(body.groupId, body.memberIds, by);
      return { joined: joined.map(String) };
    },
  });

const removeMemberRoute = (groups: Groups): Route =>
  defineRoute({
    method: 'DELETE',
    path: '/v1/group/:groupId/members/:userId',
    summary: 'Remove a member, or leave',
    tag,
    who: 'user',
    seed: true,
    params: memberParams,
    answer: z.null(),
    handler: async ({ by, params }) => {
      await groups.removeMember(params.groupId, params.userId, by);
      return null;
    },
  });

const memberExistsRoute = (groups: Groups): Route =>
  defineRoute({
    method: 'GET',
    path: '/v1/group/:groupId/members/:userId/exists',
    summary: 'Whether somebody is a member',
    tag,
    who: 'user',
    seed: true,
    params: memberParams,
    answer: z.object({ exists: z.boolean() }),
    handler: async ({ by, params }) => ({ exists: await groups.exists(params.groupId, params.userId, by) }),
  });

const memberCountRoute = (groups: Groups): Route =>
  defineRoute({
    method: 'GET',
    path: '/v1/group/:groupId/count',
    summary: 'How many members there are',
    tag,
    who: 'user',
    seed: true,
    params: groupIdParam,
    answer: z.object({ count: z.int() }),
    handler: async ({ by, params }) => ({ count: await groups.count(params.groupId, by) }),
  });
